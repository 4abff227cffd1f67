/** `/api/docs`: the description of the API as a page, by Swagger UI from within the bridge. */
import { htmlEscaped, policyWith } from "../admin/answers.ts";
import { type AssetFiles, packedAssets } from "../admin/packed-assets.ts";
import type { Route } from "../admin/route.ts";

const FILES = {
  "swagger-ui.css": { file: "node_modules/swagger-ui-dist/swagger-ui.css", type: "text/css; charset=utf-8" },
  "swagger-ui.js": {
    file: "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
    type: "text/javascript; charset=utf-8",
  },
  "docs.js": { file: "src/api/browser/docs.js", type: "text/javascript; charset=utf-8" },
} as const satisfies AssetFiles<string>;

const assets = packedAssets<keyof typeof FILES>("/api/assets", FILES);

export const DOCS_PATH = "/api/docs";

/** @param description the path of the description, below the base path */
export function docsRoutes(description: string): readonly Route[] {
  const page: Route = {
    ...{ method: "GET", path: DOCS_PATH, least: "viewer" },
    async answer({ link }) {
      const at = await assets.links(link);
      const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · unsub-bridge</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${at("swagger-ui.css")}">
<script src="${at("swagger-ui.js")}" defer></script>
<script src="${at("docs.js")}" defer></script>
</head>
<body>
<div id="docs" data-description="${htmlEscaped(link(description))}"><noscript>This page needs JavaScript; the description itself is <a href="${htmlEscaped(link(description))}">here</a>.</noscript></div>
</body>
</html>
`;
      return new Response(html, {
        // its signs are images in its style sheet
        headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policyWith("data:") },
      });
    },
  };
  return [page, assets.route];
}
