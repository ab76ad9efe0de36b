import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * `postinstall`: gives the npm scripts Node 24 where the system has an older one. It runs on the system's Node, so it is JavaScript. Installs the
 * pinned binary, which has no install script of its own, below node_modules, and links it first in the path of the npm scripts.
 */
const NODE_VERSION = "24.21.0";
const MIN_MAJOR = 24;

const modules = join(dirname(dirname(fileURLToPath(import.meta.url))), "node_modules");
const [major = 0] = process.versions.node.split(".").map(Number);

if (major < MIN_MAJOR) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(modules, ".node");
  try {
    mkdirSync(folder, { recursive: true });
    const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const npm = process.env.npm_execpath;
    const [program, ...words] = npm ? [process.execPath, npm] : ["npm"];
    execFileSync(program, [...words, "install", `${name}@${NODE_VERSION}`, "--prefix", folder, ...options], { stdio: "inherit" });
    const binary = join(folder, "node_modules", name, "bin", "node");
    if (!existsSync(binary)) throw new Error(`${binary} does not exist`);
    const link = join(modules, ".bin", "node");
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(join("..", ".node", "node_modules", name, "bin", "node"), link);
  } catch (error) {
    console.warn(
      `This is Node ${process.versions.node}, and Node ${NODE_VERSION} could not be installed for the npm scripts (${error.message}). Install Node 24 or newer.`,
    );
  }
}
