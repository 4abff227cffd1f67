// What a browser alone can know: its time zone.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const shown = document.querySelector("[data-zone]");
if (zone && shown && shown.dataset.zone !== zone) {
  // biome-ignore lint/suspicious/noDocumentCookie: no other way is there on every browser
  document.cookie = `unsub_bridge_zone=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax`;
  if (!sessionStorage.getItem("zone-told")) {
    sessionStorage.setItem("zone-told", zone);
    location.reload();
  }
}
