"""The drawing in JavaScript, in Node.js and in Chromium."""
