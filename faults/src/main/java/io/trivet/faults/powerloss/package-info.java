/**
 * A file system whose power can be cut: it keeps what was fsynced, and of everything else what a
 * seed decides. A process of its own serves it over /dev/fuse, so that neither a node nor the
 * harness ever waits for itself.
 *
 * <pre>
 *   PowerLossMachine --cut, fill, ...--> PowerLossCommands (another process)
 *                                            |
 *   a node --kernel--> /dev/fuse --> FuseSession --> FuseRequests --> Tree
 *                                                                      |
 *                                            PowerCut: what is left <--+
 * </pre>
 *
 * <p>The model is the strictest reading of POSIX. A file has bytes and durable bytes; an fsync of
 * the file makes its bytes durable, not its name. A directory has names and durable names; a change
 * of names is pending until a directory that it touches is fsynced. A rename is one change and is
 * never half visible.
 *
 * <p>Linux and root only. May import nothing of Trivet: it knows no node.
 */
@NullMarked
package io.trivet.faults.powerloss;

import org.jspecify.annotations.NullMarked;
