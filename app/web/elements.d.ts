// The names of our own elements, for the type check of static/js. Nothing here is served.

import type { CameraView } from "./static/js/elements/camera-view.js";
import type { ItemNavigator } from "./static/js/elements/item-navigator.js";
import type { ItemView } from "./static/js/elements/item-view.js";
import type { SaveState } from "./static/js/elements/save-state.js";
import type { SeatTile } from "./static/js/elements/seat-tile.js";
import type { TimeLeft } from "./static/js/elements/time-left.js";
import type { TimeLine } from "./static/js/elements/time-line.js";

declare global {
  interface HTMLElementTagNameMap {
    "camera-view": CameraView;
    "item-navigator": ItemNavigator;
    "item-view": ItemView;
    "key-list": HTMLElement;
    "save-state": SaveState;
    "seat-tile": SeatTile;
    "time-left": TimeLeft;
    "time-line": TimeLine;
  }
}
