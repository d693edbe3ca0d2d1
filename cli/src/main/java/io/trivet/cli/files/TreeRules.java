package io.trivet.cli.files;

import io.trivet.cli.remote.FileSelection;
import io.trivet.client.Preserve;

/**
 * How a tree is transferred.
 *
 * @param fileSelection which files
 * @param existing which of the targets that exist are replaced
 * @param guarded whether a target is replaced only if it still is what was compared
 */
public record TreeRules(FileSelection fileSelection, Existing existing, boolean guarded, Preserve preserve) {
    /** Everything, whatever is there. */
    public static final TreeRules ALL = new TreeRules(FileSelection.ALL, Existing.REPLACED, false, Preserve.USUAL);
}
