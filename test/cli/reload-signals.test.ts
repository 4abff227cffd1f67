/** SIGHUP is heard from the first moment of a bridge to its last. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reloadSignals } from "../../src/cli/terminal/reload-signals.ts";

describe("SIGHUP", () => {
  function hearing() {
    let signal: () => void = () => assert.fail("the process would have ended");
    const reloads = reloadSignals({
      onReloadSignal(listener) {
        signal = listener;
        return () => undefined;
      },
    });
    let reloaded = 0;
    const listen = () =>
      reloads.onReloadSignal(() => {
        reloaded += 1;
      });
    return { signal: () => signal(), listen, reloaded: () => reloaded };
  }

  it("that comes while a bridge starts is obeyed once it runs, however often it came", () => {
    const { signal, listen, reloaded } = hearing();
    signal();
    signal();
    listen();
    assert.equal(reloaded(), 1);
    signal();
    assert.equal(reloaded(), 2);
  });

  it("that comes while it stops means nothing", () => {
    const { signal, listen, reloaded } = hearing();
    const letGo = listen();
    letGo();
    signal();
    assert.equal(reloaded(), 0);
  });
});
