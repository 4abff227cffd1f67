/** The editor that a person has named. Pure. */
import { basename } from "node:path";

/** Editors with windows of their own, which end at once unless they are told to wait. */
const WINDOWED: Readonly<Record<string, string>> = {
  ...{
    code: "--wait",
    codium: "--wait",
    cursor: "--wait",
    zed: "--wait",
    subl: "--wait",
    mate: "--wait",
    atom: "--wait",
  },
  ...{ gvim: "--nofork", open: "-W -n" },
};

/** Why a command would not wait until the file is closed; undefined where it is not known for that. */
export function whyNotWaiting(editor: string): string | undefined {
  const [command = "", ...options] = editor.trim().split(/\s+/);
  const option = WINDOWED[basename(command)];
  const isTold = options.some((one) => /^(?:--wait|-w|-W|--nofork|-f)$/.test(one));
  if (option === undefined || isTold) return undefined;
  return `${editor} does not wait until the file is closed: set EDITOR="${editor} ${option}"`;
}
