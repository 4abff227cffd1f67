/** Times that are filtered by. */
import { inBoth } from "./languages.ts";

export const TIMES = inBoth(
  {
    until: "and before",
    example: "24h or 2026-01-31",
    help: "Times are how long ago (24h, 7d) or a date (2026-01-31, 2026-01-31 08:00).",
    spans: { "1h": "1 hour ago", "24h": "24 hours ago", "7d": "7 days ago", "30d": "30 days ago" },
    odd: (text: string) =>
      `“${text}” is no time that can be filtered by. Write how long ago (2h, 7d) or a date (2026-01-31, 2026-01-31 08:00).`,
  },
  {
    until: "到（不含）",
    example: "24h 或 2026-01-31",
    help: "时间可填写距今多久（24h、7d）或日期（2026-01-31、2026-01-31 08:00）。",
    spans: { "1h": "1 小时前", "24h": "24 小时前", "7d": "7 天前", "30d": "30 天前" },
    odd: (text: string) => `无法识别时间“${text}”。请填写距今多久（2h、7d）或日期（2026-01-31、2026-01-31 08:00）。`,
  },
);
