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
        public List<Claim> claims(FileId content) {
            return List.of(new Claim.Unknown());
        }

        @Override
        public List<Claim.Named> all() {
            return List.of();
        }
    };

    /** The cluster of these names; empty if nothing is known. */
    Optional<ClusterId> cluster();

    /**
     * What it says about the id of a content: a name for each file that had it, or that there was
     * none. Never empty.
     */
    List<Claim> claims(FileId content);

    /** The first of the {@link #claims}. */
    default Claim of(FileId content) {
        return claims(content).getFirst();
    }

    /** Every file that had a name. */
    List<Claim.Named> all();

    /** Those of them whose chunks are in several contents. */
    default List<Claim.Named> changed() {
        return all().stream().filter(named -> named.record().isChanged()).toList();
    }

    /** The state of the id of a content in the copy of the namespace. */
    sealed interface Claim {
        /**
         * A file with this name had it.
         *
         * @param linkTarget of a symbolic link; empty for a file
         */
        record Named(RemotePath path, FileRecord record, String linkTarget) implements Claim {
            /** A file. */
            public Named(RemotePath path, FileRecord record) {
                this(path, record, "");
            }
        }

        /** Only files with several contents had it: see {@link #changed}. */
        record Part() implements Claim {}

        /** It was removed, replaced, or given up before it was committed. */
        record Gone() implements Claim {}

        /** It was open, is newer, or is of an unknown epoch. */
        record Unknown() implements Claim {}
    }
}
