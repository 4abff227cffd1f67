// Beside the pages, which work without it: what a browser alone can know, and pages that stay up to date while they are looked at.

const one = (id) => document.getElementById(id);

// The reader's zone, for the server to write times in. A browser that keeps no cookies is asked once.
const shown = document.querySelector("[data-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (shown && zone && shown.dataset.zone !== zone && !sessionStorage.getItem("zone-told")) {
  sessionStorage.setItem("zone-told", zone);
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has another way
  document.cookie = `unsub_bridge_zone=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax`;
  location.reload();
}

// A place within a page is never sent: through the login it goes with what was asked for.
const back = document.querySelector(".login [name=back]");
if (back && !back.value.includes("#")) back.value += location.hash;
const otherLanguage = document.querySelector(".login .language");
if (otherLanguage) otherLanguage.hash = location.hash;

// Live pages: when they were brought up to date, a switch, and a word when the bridge does not answer.
const live = one("live");
let updatedAt = performance.now();
let isPaused = false;

function tell() {
  if (!live || live.hidden) return;
  const seconds = Math.round((performance.now() - updatedAt) / 1000);
  one("updated").textContent = isPaused ? live.dataset.paused : live.dataset.updated.replace("{s}", seconds);
  const pause = one("pause");
  pause.hidden = false;
  pause.textContent = isPaused ? pause.dataset.goOn : pause.dataset.pause;
}

function reached(isReached) {
  one("unreachable").hidden = isReached;
  if (isReached) updatedAt = performance.now();
  tell();
}

if (live) {
  tell();
  setInterval(tell, 1000);
  one("pause").addEventListener("click", () => {
    isPaused = !isPaused;
    tell();
  });
}

/** Whether somebody is in the middle of something that a new page would take away. */
const isBusy = () => {
  const main = one("main");
  const isSelecting = !getSelection().isCollapsed && main.contains(getSelection().anchorNode);
  return isSelecting || main.querySelector("textarea:focus, select:focus") !== null;
};

let opened = [];
document.addEventListener("htmx:before:request", (event) => {
  if (event.target.id === "main" && (isPaused || document.hidden || isBusy())) event.preventDefault();
});
document.addEventListener("htmx:before:response", (event) => {
  if (event.target.id !== "main") return;
  const { ok } = event.detail.ctx.response.raw;
  reached(ok);
  // what it said last stays
  if (!ok) event.preventDefault();
  opened = [...document.querySelectorAll("details[id][open]")].map(({ id }) => id);
});
document.addEventListener("htmx:after:swap", () => {
  for (const id of opened) one(id)?.setAttribute("open", "");
  offerCopies();
});
document.addEventListener("htmx:error", () => reached(false));

// Ids that are cut can be copied whole.
function offerCopies() {
  for (const id of document.querySelectorAll(".id[data-cut]:not([data-offered])")) {
    id.dataset.offered = "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain copy";
    button.textContent = shown?.dataset.copy ?? "⧉";
    button.setAttribute("aria-label", `${button.textContent} ${id.title}`);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(id.title);
      button.textContent = shown?.dataset.copied ?? "✓";
    });
    // a button within a link is neither
    (id.closest("a") ?? id).after(" ", button);
  }
}
offerCopies();
