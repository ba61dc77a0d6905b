/* Every browser test, one after the other on one Chromium. */
import './live.mjs';
import './plain.mjs';
import './looks.mjs';
