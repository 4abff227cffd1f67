/** Why something happened, as the connector of a webhook says it. */
import { sentencesOf } from "../../src/connector.ts";

export const said = sentencesOf("webhook", {
  refuses_signature: {
    en: "the receiver refuses our signature or credentials",
    zh: "接收方拒绝了我们的签名或凭据",
  },
  gone: {
    en: "the receiver says that this address is gone for good",
    zh: "接收方表示这个地址已永久停用",
  },
  redirect: {
    en: "a redirect, which is not followed; set `url` to the final address",
    zh: "目标系统返回重定向，本程序不会跟随；请把 `url` 改成最终地址",
  },
  redirect_to: {
    en: "a redirect to {address}, which is not followed; set `url` to the final address",
    zh: "目标系统重定向到 {address}，本程序不会跟随；请把 `url` 改成最终地址",
  },
  header: {
    en: 'the header "{name}" came out with a line break or a character that headers cannot carry',
    zh: "请求头“{name}”的内容含有换行，或者含有请求头不允许的字符",
  },
});
