// Stands in for the native rotating logger: writes every line at once, so a failed test finds its logs.
const fs = require('node:fs');

const LogLevel = { Trace: 0, Debug: 1, Info: 2, Warning: 3, Error: 4, Critical: 5, Off: 6 };

class Logger {
  #file;
  #level = LogLevel.Info;
  #formatted = true;

  constructor(file) {
    this.#file = file;
  }

  trace = (message) => this.#write('trace', LogLevel.Trace, message);
  debug = (message) => this.#write('debug', LogLevel.Debug, message);
  info = (message) => this.#write('info', LogLevel.Info, message);
  warn = (message) => this.#write('warning', LogLevel.Warning, message);
  error = (message) => this.#write('error', LogLevel.Error, message);
  critical = (message) => this.#write('critical', LogLevel.Critical, message);

  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.#formatted = false;
  }
  flush() {}
  drop() {}

  #write(name, level, message) {
    if (level < this.#level) return;
    const line = this.#formatted ? `${new Date().toISOString()} [${name}] ${message}\n` : message;
    try {
      fs.appendFileSync(this.#file, line);
    } catch (error) {
      // The log folder is gone once a test run has been cleaned up; a logger must not end its process.
      if (error.code !== 'ENOENT') throw error;
    }
  }
}

const createLogger = async (_name, file) => new Logger(file);

// Node finds the names that other modules import only in assignments of this form.
exports.LogLevel = LogLevel;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
