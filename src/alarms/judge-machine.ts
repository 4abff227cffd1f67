/** What is as nobody wants it on this machine, beside its store. Pure. */
import type { AlertSettings } from "../config/schema.ts";
import type { Holding } from "./alarm.ts";
import type { MachineSeen } from "./seen.ts";
import { msOr } from "./settings.ts";

export function judgeMachine(
  alerts: Pick<AlertSettings, "spool_older_than" | "disk_free_below">,
  { spool, isStoreDown, volumes }: MachineSeen,
): readonly Holding[] {
  const deadlineMs = msOr(alerts.spool_older_than);
  const share = msOr(alerts.disk_free_below);
  const old: Holding[] =
    spool?.oldestAt === undefined || deadlineMs === undefined
      ? []
      : [
          {
            ...{ name: "spool_older_than", subject: "", deadlineMs, since: spool.oldestAt },
            detail: { of: "spool_older_than", entries: spool.entries, isStoreDown },
          },
        ];
  const full = distinct(volumes).flatMap(([volume, { free, size }]): Holding[] =>
    share === undefined || size <= 0 || free / size >= share
      ? []
      : [
          {
            ...{ name: "disk_free_below", subject: volume, deadlineMs: null },
            detail: { of: "disk_free_below", share: free / size, bytes: free },
          },
        ],
  );
  return [...old, ...full];
}

type Volumes = MachineSeen["volumes"];

/** Several places on one volume are one: they are of one size, and as full. */
function distinct(volumes: Volumes): readonly (readonly [name: string, room: Volumes[string]])[] {
  const isSame = (one: Volumes[string], other: Volumes[string]) =>
    one.size === other.size && Math.abs(one.free - other.free) <= one.size / 1_000;
  const all = Object.entries(volumes);
  return all.filter(([, room], index) => !all.slice(0, index).some(([, earlier]) => isSame(earlier, room)));
}
