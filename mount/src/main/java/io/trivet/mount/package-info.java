/**
 * The files of a cluster as a directory of this computer.
 *
 * <pre>
 *   fuse ── MountedFiles (one method for each request) ── NodeTable ── Node: DirectoryNode, FileNode, LinkNode
 *                │                                                               │
 *           PathLocks                                    SpoolFile (what was changed) over RemoteFile
 *                └──────────────────────── TrivetClient ─────────────────────────┘
 * </pre>
 *
 * <p>Invariants: {@code close} and {@code fsync} return after the commit of what was written before
 * them, or fail; each save commits in one step, the whole file or only its changed chunks; a file
 * that was removed or replaced by this mount is never saved again; what the spool cannot keep is
 * refused before the write. The lock of a file is held while that file is read, saved or fetched,
 * because they must exclude each other: only callers that use the same file wait.
 *
 * <p>No thread of this process may touch the mount itself. May import model, client and file.
 */
@NullMarked
package io.trivet.mount;

import org.jspecify.annotations.NullMarked;
