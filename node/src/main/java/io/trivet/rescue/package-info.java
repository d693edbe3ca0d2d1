/**
 * Files from disks alone, without a running cluster: from what is under {@code chunks/}, and the
 * names in a copy of the namespace if there is one ({@link io.trivet.rescue.KnownNames}).
 *
 * <pre>
 *   disks --{@link io.trivet.rescue.DiskSurvey}: every trailer--> {@link io.trivet.rescue.FoundFiles}: what there is of each file id
 *         --{@link io.trivet.rescue.FoundFile#verdict}--> whole, incomplete or in conflict, by trailers
 *         --{@link io.trivet.rescue.FileAssembler}: every block, from any replica that has it--> a draft
 *         --{@link io.trivet.rescue.RescuedNames}, {@link io.trivet.rescue.RescueTarget}--> a file under its saved path
 * </pre>
 *
 * <p>Invariant: a file gets its name only if chunks 1 to last exist and each block has its stored
 * checksum. Nothing is written outside the target, whatever path a trailer has. The disks are only
 * read. If two sound replicas of one name hold different bytes, against rule 1, it is unknown which
 * is right: that is reported, never guessed.
 *
 * <p>Memory grows with the number of files and chunks, some hundred bytes each, never with their
 * size. May import model, file and chunk, and namespace for its copies.
 */
@NullMarked
package io.trivet.rescue;

import org.jspecify.annotations.NullMarked;
