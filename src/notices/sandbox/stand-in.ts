/** What the stand-ins of the chats share. Pure. */
import type { SandboxAnswer, SandboxRequest } from "../../../connectors/kit/exchange.ts";
import { asRecord, parseJson } from "../../connector-tools.ts";

export interface StandInOptions {
  /** With it each message must be signed. */
  readonly secret?: string;
  /** Each message must contain it. */
  readonly keyword?: string;
}

/** A message, as people read it. */
export interface Heard {
  readonly text: string;
  /** Whether it calls people by a noise: nothing of ours ever should. */
  readonly calls: boolean;
}

export interface BotVerdict {
  readonly answer: SandboxAnswer;
  /** Set when it was taken. */
  readonly heard?: Heard;
}

export interface StandIn {
  path(token: string): string;
  answer(request: SandboxRequest, token: string, now: number): BotVerdict;
}

export function jsonOf(
  request: Pick<SandboxRequest, "body" | "headers">,
): Readonly<Record<string, unknown>> | undefined {
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) return undefined;
  const value = parseJson(request.body);
  return typeof value === "object" && value !== null ? asRecord(value) : undefined;
}

export interface BotLimit {
  readonly messages: number;
  readonly perMs: number;
  /** Whoever sends more is answered nothing else for so long, milliseconds. */
  readonly blockedMs?: number;
}

/** Counts messages. Returns whether this one is too many. */
export function openLimit({ messages, perMs, blockedMs = 0 }: BotLimit): (now: number) => boolean {
  let times: number[] = [];
  let blockedUntil = Number.NEGATIVE_INFINITY;
  return (now) => {
    if (now < blockedUntil) return true;
    times = times.filter((at) => at > now - perMs);
    if (times.length >= messages) {
      blockedUntil = now + blockedMs;
      return true;
    }
    times.push(now);
    return false;
  };
}

export const HOUR_MS = 3_600_000;
