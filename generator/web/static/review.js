// The script of the review page: starts what every page has. Pages can be read without it.

import "./actions.js";
import "./changed_draft.js";
import "./claims.js";
import { tabStorage } from "./dom.js";
import "./edit_form.js";
import "./findings.js";
import "./holds.js";
import "./kept_text.js";
import "./keys.js";
import { restorePosition } from "./lists.js";
import "./merge.js";
import { showMessage, undoButton } from "./messages.js";
import "./proposals.js";
import "./publish.js";
import "./queue_rows.js";
import "./selection.js";
import "./reject.js";
import "./reading.js";
import "./status.js";
import "./team.js";

const message = tabStorage.pop("message");
if (message) showMessage(message.text, "info", message.undo ? undoButton() : null);
restorePosition();
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
