"use strict";
// Hover and focus show what belongs together; a click keeps it, Escape lets it go.
let kept = "";
const all = (ref) => document.querySelectorAll(`[data-ref="${CSS.escape(ref)}"]`);
const show = (ref) => {
  document.querySelectorAll(".on").forEach((one) => one.classList.remove("on"));
  if (ref) all(ref).forEach((one) => one.classList.add("on"));
  document.body.classList.toggle("one", Boolean(ref));
};
const refOf = (event) => {
  const one = event.target instanceof Element ? event.target.closest("[data-ref]") : null;
  return one ? one.getAttribute("data-ref") : "";
};
const keep = (ref) => {
  kept = ref === kept ? "" : ref;
  show(kept);
};
document.addEventListener("mouseover", (event) => show(refOf(event) || kept));
document.addEventListener("focusin", (event) => show(refOf(event) || kept));
document.addEventListener("click", (event) => keep(refOf(event)));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") keep("");
  const ref = refOf(event);
  if (ref && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    keep(ref);
  }
});
// On paper nothing can be unfolded.
addEventListener("beforeprint", () =>
  document.querySelectorAll("details").forEach((one) => (one.open = true)),
);
