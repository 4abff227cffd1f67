/**
 * Where Chat's data centres answer REST calls (Chat's page "RESTful API Overview"), each with a second host for where the name of
 * the first is looked up wrongly. The app belongs to one of them, and the others do not know it.
 */
import type { RestSettings } from "../config/schema.ts";

type Region = NonNullable<RestSettings["region"]>;

const HOSTS: Readonly<Record<Region, readonly [host: string, backup: string]>> = {
  china: ["console.tim.qq.com", "adminapi.my-imcloud.com"],
  singapore: ["adminapisgp.im.qcloud.com", "adminapisgp.my-imcloud.com"],
  seoul: ["adminapikr.im.qcloud.com", "adminapikr.my-imcloud.com"],
  tokyo: ["adminapijpn.im.qcloud.com", "adminapijpn.my-imcloud.com"],
  frankfurt: ["adminapiger.im.qcloud.com", "adminapiger.my-imcloud.com"],
  silicon_valley: ["adminapiusa.im.qcloud.com", "adminapiusa.my-imcloud.com"],
  jakarta: ["adminapiidn.im.qcloud.com", "adminapiidn.my-imcloud.com"],
  mumbai: ["adminapiind.im.qcloud.com", "adminapiind.my-imcloud.com"],
};

/** Base addresses in the order in which they are tried, without a slash at the end. */
export function basesOf({ region, base_url }: RestSettings): readonly string[] {
  if (base_url !== undefined) return [base_url.replace(/\/+$/, "")];
  return region === undefined ? [] : HOSTS[region].map((host) => `https://${host}`);
}
