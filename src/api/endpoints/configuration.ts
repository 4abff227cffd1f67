/** The configuration as it runs. */
import { Type } from "@sinclair/typebox";
import { shownFile } from "../../config/credentials/shown-file.ts";
import { textAsRead } from "../../config/text-as-read.ts";
import { destinationOf } from "../../delivery/destination.ts";
import { JUDGED_STATUS, judgeAnswer } from "../../operations/judge-answer.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { CONFIGURATION, JUDGED } from "../schemas/configuration.ts";
import { sentAs } from "../wire/forms.ts";

export const CONFIGURATION_ENDPOINTS: readonly Endpoint[] = [
  endpoint({
    ...{ method: "GET", path: "/configuration", tag: "configuration", least: "viewer" },
    summary: "The configuration as it runs, secrets hidden",
    answer: CONFIGURATION,
    async act({ config }) {
      const text = await textAsRead(config);
      return {
        ...{ name: config.name ?? null, file: config.file, isSame: text !== undefined },
        text: text === undefined ? null : shownFile(text, config.secrets),
        connectors: config.connectors.map((connector) => ({
          ...{ name: connector.name, type: connector.type.type, enabled: connector.common.enabled },
          destination: destinationOf(connector),
        })),
      };
    },
  }),
  endpoint({
    ...{ method: "POST", path: "/configuration/answers", tag: "configuration", least: "viewer" },
    summary: "Which rule of a connector's settings such an answer would meet, and what would follow",
    description: "For connectors whose settings say what answers mean (`http`). Sends nothing, and changes nothing.",
    body: Type.Object({
      connector: Type.String({ minLength: 1 }),
      status: Type.Integer({ minimum: JUDGED_STATUS.least, maximum: JUDGED_STATUS.most }),
      text: Type.Optional(sentAs("body", Type.String({ description: "Empty unless given." }))),
      user: Type.Optional(
        Type.String({ minLength: 1, description: "Whom the request was about; `jared` unless given." }),
      ),
    }),
    answer: JUDGED,
    refusals: { 404: "There is no such connector, or its settings say nothing of answers." },
    async act({ config, body: { connector, status, text = "", user = "jared" } }) {
      const { about, means, why, because } = await judgeAnswer(config, { connector, status, text, user });
      return { connector, about, means, why, reason: because ?? null };
    },
  }),
];
