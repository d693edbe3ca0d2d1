package io.trivet.mount;

import io.trivet.client.TrivetClient;

/** What the parts of a mount share. */
record MountContext(TrivetClient client, Spool spool, NodeTable nodes, PathLocks paths, MountEvents events) {}
