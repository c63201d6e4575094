// What the page and the engine say to each other. The engine trains and draws, in a worker where the browser allows one.

/** @typedef {{ step: number, seconds: number, accuracy: number, losses: Record<string, number> }} StatisticsLine */

/**
 * A part of the file that travels inside the page: base64 of a gzip stream, and the SHA-256 of what is in it, in hex.
 *
 * @typedef {{ text: string, sha256: string }} PackedPart
 */

/**
 * What the engine is started with. Pixels are (n, H, W) palette indices; `key` names the training in the browser's storage.
 *
 * @typedef {object} StartCommand
 * @property {"start"} kind
 * @property {Record<string, PackedPart>} parts
 * @property {Uint8Array} pixels
 * @property {[number, number]} size height and width
 * @property {string} token its hash
 * @property {string} name of its folder
 * @property {string[]} palette
 * @property {string} recipe its name and version
 * @property {number} seed
 * @property {string} key
 * @property {number} generatorVersion of the program that draws tokens
 */

/** @typedef {{ kind: "run", running: boolean }} RunCommand */
/** @typedef {{ kind: "draw", id: number, seeds: number[] }} DrawCommand */
/** @typedef {{ kind: "compare", compare: boolean }} CompareCommand sends reconstructions now and then */
/** @typedef {{ kind: "export", id: number }} ExportCommand */
/** @typedef {{ kind: "keep" }} KeepCommand stores the state now */
/** @typedef {StartCommand | RunCommand | DrawCommand | CompareCommand | ExportCommand | KeepCommand} EngineCommand */

/** @typedef {{ step: number, tiles: Uint8Array }} HistoryEntry */

/**
 * The engine is ready. `note` is a sentence about what the browser keeps of the training, or "".
 *
 * @typedef {object} StartReport
 * @property {"started"} kind
 * @property {number} step
 * @property {string} note
 * @property {HistoryEntry[]} history
 * @property {StatisticsLine[]} lines
 */

/** @typedef {{ kind: "progress", step: number }} ProgressReport */
/** @typedef {{ kind: "drawn", id: number, pixels: Uint8Array }} DrawnReport */
/** @typedef {{ kind: "reconstructed", pixels: Uint8Array }} ReconstructedReport */
/** @typedef {{ kind: "statistics", line: StatisticsLine }} StatisticsReport */
/** @typedef {{ kind: "recorded", entry: HistoryEntry }} RecordedReport */
/** @typedef {{ kind: "exported", id: number, step: number, content: Blob }} ExportedReport */
/** @typedef {{ kind: "problem", text: string }} ProblemReport */
/** @typedef {{ kind: "failed", text: string }} FailedReport the engine has ended */
/**
 * @typedef {StartReport | ProgressReport | DrawnReport | ReconstructedReport | StatisticsReport | RecordedReport | ExportedReport |
 *   ProblemReport | FailedReport} EngineReport
 */

export {};
