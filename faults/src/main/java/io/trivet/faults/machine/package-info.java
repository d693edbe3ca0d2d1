/**
 * What the machine must support for faults beyond processes: networks that can be cut, file systems
 * that can be full, a clock that can jump. Needs Linux, root, and tools of the system (ip, nsenter,
 * nft, tc; losetup through mount, mkfs.ext4; libfaketime). {@link
 * io.trivet.faults.machine.Abilities} tells what is missing; a run omits those faults.
 *
 * <p>{@code close} removes everything that was created. Its names contain the number of this
 * process, so that a later run finds what a killed one left behind. May import powerloss.
 */
@NullMarked
package io.trivet.faults.machine;

import org.jspecify.annotations.NullMarked;
