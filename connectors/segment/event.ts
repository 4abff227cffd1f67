/** From a delivery to the event that Segment gets, or why Segment would not take it. Pure. */
import { hash } from "node:crypto";
import type { Delivery, Reason, Render } from "../../src/connector.ts";
import { asText, type Composition } from "../../src/connector-tools.ts";
import { said } from "./sentences.ts";

/** An event as the SDK's `track` takes it. */
export interface TrackEvent {
  readonly userId: string;
  readonly event: string;
  readonly properties: Record<string, unknown>;
  readonly timestamp: Date;
  readonly messageId: string;
}

/** A delivery with what would be sent for it. */
export interface Composed {
  readonly delivery: Delivery;
  readonly event: TrackEvent;
  /** Bytes of the event as JSON, what the SDK adds included. */
  readonly size: number;
}

export interface EventTemplates {
  readonly event: Render;
  readonly userId: Render;
  readonly properties: Render;
}

/** Segment's limit for one event, in bytes. */
const LARGEST_EVENT = 32 * 1024;
/** What the SDK adds to an event: type, integrations, context.library, _metadata. Measured below 300 bytes. */
const ADDED_BY_SDK = 512;
/** Segment's limit for a messageId, in characters. */
const LONGEST_MESSAGE_ID = 100;

/** Segment answers 200 to events that it throws away, so what it would not take is found here. Throws what a template throws. */
export function compose(delivery: Delivery, templates: EventTemplates): Composition<Composed> {
  const { id } = delivery;
  const name = asText(templates.event(delivery)).trim();
  if (name === "") return refused(said("event_empty"));
  // as it is: " jared" and "jared" are two people in Chat
  const userId = asText(templates.userId(delivery));
  if (userId.trim() === "") return refused(said("user_empty"));
  const event: TrackEvent = {
    userId,
    event: name,
    properties: templates.properties(delivery) as Record<string, unknown>,
    timestamp: new Date(delivery.event.eventTime),
    messageId: messageIdOf(id),
  };
  const size = Buffer.byteLength(JSON.stringify(event)) + ADDED_BY_SDK;
  if (size > LARGEST_EVENT) {
    return refused(said("event_large", { size: Math.ceil(size / 1024) }));
  }
  return { composed: { delivery, event, size } };
}

/** The delivery id; the hash of one that is too long. Always the same for the same delivery: Segment de-duplicates by it. */
export function messageIdOf(deliveryId: string): string {
  if (deliveryId.length <= LONGEST_MESSAGE_ID) return deliveryId;
  return hash("sha256", deliveryId);
}

function refused(reason: Reason): Composition<Composed> {
  return { refused: reason };
}
