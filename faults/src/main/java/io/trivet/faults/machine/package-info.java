/**
 * What the machine must lend to break more than processes: networks that can be cut, file systems
 * that can be full, a clock that can jump. It needs Linux, root, and tools of the system (ip,
 * nsenter, nft, tc; losetup through mount, mkfs.ext4; libfaketime). {@link
 * io.trivet.faults.machine.Abilities} says what is missing, and a run does without.
 *
 * <p>Everything that is made here is taken down by {@code close}, and bears the number of this
 * process in its name, so that a later run finds what one that was killed left behind. May import
 * powerloss.
 */
@NullMarked
package io.trivet.faults.machine;

import org.jspecify.annotations.NullMarked;
