import { inBoth } from "../../words/languages.ts";

export const WORDS = inBoth(
  {
    pause: (name: string) => `Pause ${name}`,
    resume: (name: string) => `Resume ${name}`,
    pauseWhat:
      "Nothing is sent to it until somebody resumes it. What waits for it is kept, and nobody is given up meanwhile.",
    resumeWhat: "What waits for it is sent as fast as its rate allows, whatever paused it.",
    reason: "Why? (required) Others see it as long as the pause lasts, and in the audit.",
    reasonMaybe: "Why? (optional) It stands in the audit.",
    needsReason: "Say why, so that others know.",
    pausedBy: (who: string, why: string) => `${who} paused it: “${why}”`,
    pausedWithout: (who: string) => `${who} paused it, and did not say why.`,
    back: "Leave it as it is",
    unknown: "There is no such connector",
    unknownWords: "The store knows no connector of this name.",
    toOverview: "To the overview",
    done: {
      pause: (name: string) => `${name} is paused. Its queue is kept.`,
      resume: (name: string) => `${name} goes on.`,
      retry: (name: string) => `What waits for ${name} is tried now, as fast as its rate allows.`,
    },
  },
  {
    pause: (name: string) => `暂停 ${name}`,
    resume: (name: string) => `恢复 ${name}`,
    pauseWhat: "在有人恢复之前，不会再向它发送任何内容。等待中的投递会保留，期间不会放弃任何人。",
    resumeWhat: "无论因何暂停，等待中的投递都会按速率限制尽快发出。",
    reason: "为什么暂停？（必填）暂停期间其他人可以看到，审计中也会保留。",
    reasonMaybe: "为什么恢复？（可不填）会保留在审计中。",
    needsReason: "请写明原因，让其他人知道。",
    pausedBy: (who: string, why: string) => `由 ${who} 暂停：“${why}”`,
    pausedWithout: (who: string) => `由 ${who} 暂停，没有说明原因。`,
    back: "保持不变",
    unknown: "没有这个连接器",
    unknownWords: "存储中没有这个名称的连接器。",
    toOverview: "回到总览",
    done: {
      pause: (name: string) => `${name} 已暂停，等待中的投递会保留。`,
      resume: (name: string) => `${name} 已恢复。`,
      retry: (name: string) => `正在按速率限制重试等待 ${name} 的投递。`,
    },
  },
);
