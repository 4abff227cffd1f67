/** Columns of a PostgreSQL store, named as rules/rows.ts reads them. */
import { HEALED_FACTS } from "../rules/rows.ts";

/** Columns of an event, named so that they can stand beside a delivery's. */
export const EVENT = `e.seq AS e_seq, e.id AS e_id, e.kind AS e_kind, e.app AS e_app, e.official_account AS e_account,
  e.user_id AS e_user, e.operator AS e_operator, e.by_admin AS e_by_admin, e.platform AS e_platform,
  e.client_ip AS e_client_ip, e.event_time AS e_event_time, e.received_at AS e_received_at, ${HEALED_FACTS} AS e_healed`;

/** Columns of a delivery that the contract's objects are made of. */
export const DELIVERY = `d.event, d.connector, d.state, d.class, d.reason, d.note, d.generation, d.attempts,
  '[' || array_to_string(d.history, ',') || ']' AS history, d.routed_at, d.first_attempt_at, d.first_attempt_clock, d.last_attempt_at,
  d.settled_at, d.due_at`;

/** What a delivery that waits may be waiting for. */
export const WAITING_FOR = `d.parked,
  (SELECT held.lease_until FROM claims held WHERE held.connector = d.connector AND held.event = d.event) AS lease_until`;
