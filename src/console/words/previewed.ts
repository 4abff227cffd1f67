import { inBoth } from "./languages.ts";

export const PREVIEWED = inBoth(
  {
    skipped: "skipped, because",
    cannot: "cannot be shown:",
    nothing: "nothing would be sent",
    headers: "Headers",
  },
  { skipped: "跳过，因为", cannot: "无法显示：", nothing: "不会发送任何内容", headers: "请求头" },
);
