package io.trivet.rescue;

import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import java.util.List;
import java.util.Optional;

/** What a copy of the namespace says about the files on disks. */
public interface KnownNames {
    /** Nothing is known. */
    KnownNames NONE = new KnownNames() {
        @Override
        public Optional<ClusterId> cluster() {
            return Optional.empty();
        }

        @Override
        public Claim of(FileId file) {
            return new Claim.Unknown();
        }

        @Override
        public List<Claim.Named> all() {
            return List.of();
        }
    };

    /** The cluster of these names; empty if nothing is known. */
    Optional<ClusterId> cluster();

    Claim of(FileId file);

    /** Every file that had a name. */
    List<Claim.Named> all();

    /** The state of one file id in the copy. */
    sealed interface Claim {
        /** It had this name. */
        record Named(RemotePath path, FileRecord record) implements Claim {}

        /** It was removed, replaced, or given up before it was committed. */
        record Gone() implements Claim {}

        /** It was open, is newer, or is of an unknown epoch. */
        record Unknown() implements Claim {}
    }
}
