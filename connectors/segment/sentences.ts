/** Why something happened, as the connector of Segment says it. */
import { sentencesOf } from "../../src/connector.ts";

export const said = sentencesOf("segment", {
  write_key: {
    en: "the write key was refused",
    zh: "写入密钥（write key）被拒绝",
  },
  malformed: {
    en: "the batch was refused as malformed",
    zh: "这一批因格式不正确被拒绝",
  },
  not_there: {
    en: "nothing takes events there; look at `host`, and whether the source is enabled",
    zh: "那里没有接收事件的服务；请检查 `host`，以及来源（source）是否已启用",
  },
  too_large: {
    en: "the batch was refused as too large",
    zh: "这一批因太大被拒绝",
  },
  not_accepted: {
    en: "HTTP {status} with an answer that does not say that the events were accepted",
    zh: "HTTP {status}，但应答没有说明事件已被接收",
  },
  in_no_request: {
    en: "the event was in no request that Segment's library made",
    zh: "Segment 的程序库没有把这个事件放进任何请求",
  },
  event_empty: {
    en: "the event name came out empty: look at `event`",
    zh: "事件名为空：请检查 `event`",
  },
  user_empty: {
    en: "the userId came out empty: look at `user_id`",
    zh: "userId 为空：请检查 `user_id`",
  },
  event_large: {
    en: "the event would be {size} KB: Segment takes 32 KB at most",
    zh: "事件大小为 {size} KB，而 Segment 最多接收 32 KB",
  },
});
