// The script of the review page: starts what every page has. Pages can be read without it.

import "./actions.js";
import "./claims.js";
import { page, tabStorage } from "./dom.js";
import "./edit_form.js";
import "./findings.js";
import "./keys.js";
import { restorePosition } from "./lists.js";
import { showMessage, undoButton } from "./messages.js";
import "./math_fonts.js";
import "./publish.js";
import "./status.js";

const message = tabStorage.pop("message");
if (message) showMessage(message.text, "info", message.undo ? undoButton() : null);
if (page.page === "article") tabStorage.set("last draft", page.draft);
restorePosition();
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
