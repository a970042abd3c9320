// Stands in for the native watchdog, which ends an extension host whose parent has died without a word.
// The extension host also polls its parent by itself, so nothing is lost.
exports.start = () => {};
exports.exit = (code) => process.exit(code);
