/**
 * Files from nothing but disks: no running cluster, only what lies under {@code chunks/}, and names
 * from a copy of the namespace if there is one ({@link io.trivet.rescue.KnownNames}).
 *
 * <pre>
 *   disks --{@link io.trivet.rescue.DiskSurvey}: every trailer--> {@link io.trivet.rescue.FoundFiles}: what there is of each file id
 *         --{@link io.trivet.rescue.FoundFile#verdict}--> whole, incomplete or in conflict, as far as trailers tell
 *         --{@link io.trivet.rescue.FileAssembler}: every block, from any replica that has it--> a draft
 *         --{@link io.trivet.rescue.LocalNames}, {@link io.trivet.rescue.RescueTarget}--> a file under its saved path
 * </pre>
 *
 * <p>Invariant: a file appears under its name only when chunks 1 to last were there and each of its
 * blocks had the checksum that was stored with it; nothing is written outside the target, whatever
 * a trailer calls a file; the disks are only read. Where two sound replicas of one name hold
 * different bytes (rule 1 forbids it), nobody can say which is right: that is reported, never
 * guessed.
 *
 * <p>Memory grows with the number of files and chunks, some hundred bytes for each, never with
 * their size. May import model, file and chunk, and namespace for its copies.
 */
@NullMarked
package io.trivet.rescue;

import org.jspecify.annotations.NullMarked;
