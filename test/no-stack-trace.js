/** Stands in for a module of cdktf: see jest.config.js. */
exports.captureStackTrace = () => [];
