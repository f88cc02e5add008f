// Claims: the keys n and p move through those that are neither supported nor confirmed.

import { $, $$, tabStorage } from "./dom.js";
import { onKey } from "./keys.js";

function stepClaims(step) {
  const open = $$("[data-claims] [data-open]");
  if (!open.length) return false;
  const index = open.indexOf(document.activeElement?.closest?.("[data-open]"));
  const claim = open[index < 0 ? (step > 0 ? 0 : open.length - 1) : (index + step + open.length) % open.length];
  claim.focus({ preventScroll: true });
  claim.scrollIntoView({ block: "nearest" });
  document.getElementById(claim.id.replace("claim-", "claim-place-"))?.scrollIntoView({ block: "center" });
  return true;
}

if ($("[data-claims]")) {
  onKey("n", () => stepClaims(1));
  onKey("p", () => stepClaims(-1));
}
if (tabStorage.pop("claims")) stepClaims(1);
