// Says below an article with formulas if this computer has no font for them: then brackets and sums do not grow.

import { $$ } from "./dom.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";

// Whether a bracket beside a tall space grows.
function hasMathFont(answer) {
  const make = (name, values = {}, ...children) => {
    const element = document.createElementNS(MATHML, name);
    for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const bracket = make("mo", { stretchy: "true", form: "prefix" }, "(");
  const math = make("math", {}, make("mrow", {}, bracket, make("mspace", { height: "4em", depth: "4em" })));
  answer.append(math);
  const grows = bracket.getBoundingClientRect().height > 2 * parseFloat(getComputedStyle(bracket).fontSize);
  math.remove();
  return grows;
}

export function checkMathFont() {
  for (const answer of $$(".answer")) {
    if (!answer.querySelector("math") || answer.querySelector(".no-math-font") || hasMathFont(answer)) continue;
    const note = document.createElement("p");
    note.className = "notice no-math-font";
    note.textContent = "This computer has no font for formulas, so brackets and sums do not grow here as they do on the site. To see them, install Latin Modern Math or STIX Two Math.";
    answer.append(note);
  }
}

checkMathFont();
