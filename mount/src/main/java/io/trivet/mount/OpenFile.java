package io.trivet.mount;

/** A file as one program has opened it. */
record OpenFile(FileNode node, boolean writable, boolean append) {}
