/**
 * The kernel's protocol for file systems in processes (FUSE), spoken to {@code /dev/fuse} without a
 * native library.
 *
 * <pre>
 *   kernel ── Device ── FuseSession (threads, INIT) ── RequestCodec ── Request ──> FileSystem
 *                             └────────────── Reply <── bytes ────────────────────────┘
 *   MountPoint: mount(2) as root, fusermount3 for others
 * </pre>
 *
 * <p>Invariant: every request that wants a reply gets exactly one. The structures are those of
 * protocol 7.40, little-endian, equal on x86-64 and AArch64. May import nothing of the house.
 */
@NullMarked
package io.trivet.mount.fuse;

import org.jspecify.annotations.NullMarked;
