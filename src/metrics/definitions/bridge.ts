/** The bridge itself: its store, its volumes, its process. */
import { gauge, type MetricDefinition, total, value } from "../definition.ts";
import { VOLUMES, type VolumeRoom } from "../disk-figures.ts";
import type { ScrapeMoment } from "../moment.ts";

/** Of the configuration's hash: enough to tell two apart. */
const HASH_LENGTH = 12;

const ofVolumes = (read: (room: VolumeRoom) => number) => (moment: ScrapeMoment) =>
  VOLUMES.flatMap((volume) => {
    const room = moment.disk?.volumes[volume];
    return room === undefined ? [] : ([[{ volume }, read(room)]] as const);
  });

export const BRIDGE: readonly MetricDefinition[] = [
  gauge(
    "info",
    "Always 1: the version, the name in the configuration, and the hash of its file as it is in force.",
    ["version", "name", "configuration"],
    ({ version, config: { name = "", file, readFrom } }) => [
      [{ version, name, configuration: (readFrom.get(file) ?? "").slice(0, HASH_LENGTH) }, 1],
    ],
  ),
  value(
    "store_up",
    "Whether the store answers questions; what only it knows is told for a minute longer. Whether it takes callbacks says keeping.",
    ({ store }) => (store.isAnswered ? 1 : 0),
  ),
  value("store_answer_age_seconds", "Age of what the store has told.", ({ store: { ageMs } }) =>
    ageMs === undefined ? undefined : ageMs / 1_000,
  ),
  value("store_bytes", "Size of the store.", ({ store, disk }) => disk?.storeBytes ?? store.value?.bytes),
  value("store_wal_bytes", "Size of the SQLite store's log beside it.", ({ disk }) => disk?.walBytes),
  gauge(
    "volume_free_bytes",
    "Room on the volume of the store, the spool and the dead-letter file.",
    ["volume"],
    ofVolumes(({ free }) => free),
  ),
  gauge(
    "volume_size_bytes",
    "Size of these volumes.",
    ["volume"],
    ofVolumes(({ size }) => size),
  ),
  value("quarantine_entries", "Entries in the quarantine.", ({ store }) => store.value?.quarantined.entries),
  value("quarantine_bytes", "Size of their bodies.", ({ store }) => store.value?.quarantined.bytes),
  value(
    "quarantine_max_bytes",
    "How large the quarantine may become (quarantine.max_size).",
    ({ config }) => config.quarantine.max_size,
  ),
  total("pruned_rows_total", "Settled rows that were old enough to go.", ({ facts }) => facts.upkeep.prunedRows),
  value(
    "loop_lag_seconds",
    "The longest delay of the event loop in the last half to one minute.",
    ({ lagMs }) => lagMs / 1_000,
  ),
  value("process_start_time_seconds", "When the process began, in seconds since 1970.", ({ own }) => own.startedAt),
  total(
    "process_cpu_seconds_total",
    "Processor time of the process, its threads included.",
    ({ own }) => own.cpuSeconds,
  ),
  value("process_resident_memory_bytes", "Memory of the process.", ({ own }) => own.residentBytes),
];
