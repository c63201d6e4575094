/**
 * Packs a folder as a CAR file: `node pack.js FOLDER FILE.car` prints the CIDs of the folder and of the folders in it as JSON.
 *
 * ipfs-car writes the archive. The tree follows the profile unixfs-v1-2025 (IPIP-499), so that any implementation with this profile
 * finds the same CIDs: CIDv1, SHA-256, raw leaves of 1 MiB, at most 1,024 links a node, and a directory whose block would be larger
 * than 256 KiB is sharded. The command of ipfs-car shards from 1,001 entries on, so directories are written here.
 */

import fs from "node:fs";
import path from "node:path";
import { Writable } from "node:stream";
import { CarWriter } from "@ipld/car/writer";
import * as UnixFS from "@ipld/unixfs";
import { withMaxChunkSize } from "@ipld/unixfs/file/chunker/fixed";
import { withWidth } from "@ipld/unixfs/file/layout/balanced";
import { CAREncoderStream } from "ipfs-car";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";

const CHUNK_BYTES = 1024 * 1024;
const MAX_DIRECTORY_BYTES = 256 * 1024;
const SETTINGS = UnixFS.configure({
  chunker: withMaxChunkSize(CHUNK_BYTES),
  fileChunkEncoder: raw,
  smallFileEncoder: raw,
  fileLayout: withWidth(1024),
});
// The root is known at the end; until then the header holds a CID of the same length.
const PLACEHOLDER = CID.parse("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi");

/** @type {Record<string, string>} */
const folders = {};

/**
 * @param {UnixFS.View} writer
 * @param {string} file
 */
async function writeFile(writer, file) {
  const fileWriter = UnixFS.createFileWriter(writer);
  if (fs.statSync(file).size <= CHUNK_BYTES) {
    await fileWriter.write(fs.readFileSync(file)); // a stream would take a buffer of a whole chunk for each small file
  } else {
    for await (const part of fs.createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
      await fileWriter.write(part);
    }
  }
  return fileWriter.close();
}

/**
 * @param {UnixFS.View} writer
 * @param {string} folder
 * @param {string} name relative to the packed folder, "" for itself
 * @returns {Promise<UnixFS.DirectoryLink>}
 */
async function writeFolder(writer, folder, name) {
  /** @type {UnixFS.DirectoryEntryLink[]} */
  const links = [];
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  entries.sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)));
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    const written = entry.isDirectory()
      ? await writeFolder(writer, place, path.posix.join(name, entry.name))
      : await writeFile(writer, place);
    links.push(/** @type {UnixFS.DirectoryEntryLink} */ ({ ...written, name: entry.name }));
  }
  const block = UnixFS.encode({ type: UnixFS.NodeType.Directory, entries: links, metadata: {} });
  const isSharded = block.byteLength > MAX_DIRECTORY_BYTES;
  const directory = isSharded ? UnixFS.createShardedDirectoryWriter(writer) : UnixFS.createDirectoryWriter(writer);
  for (const link of links) {
    directory.set(link.name, link);
  }
  const written = await directory.close();
  folders[name] = written.cid.toString();
  return written;
}

const [folder, output] = process.argv.slice(2);
const { readable, writable } = new TransformStream({}, UnixFS.withCapacity());
const car = new CAREncoderStream([PLACEHOLDER]);
const archive = readable.pipeThrough(car).pipeTo(Writable.toWeb(fs.createWriteStream(output)));
const writer = UnixFS.createWriter({ writable, settings: SETTINGS });
const root = await writeFolder(writer, folder, "");
await writer.close();
await archive;
const descriptor = await fs.promises.open(output, "r+");
await CarWriter.updateRootsInFile(descriptor, [CID.parse(root.cid.toString())]);
await descriptor.sync();
await descriptor.close();
process.stdout.write(JSON.stringify(folders));
