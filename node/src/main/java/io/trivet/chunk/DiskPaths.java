package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.Slot;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The paths on a disk, and the meaning of file names there. */
public record DiskPaths(Path root) {
    private static final Pattern SLOT = Pattern.compile("\\d{4}");
    private static final Pattern CHUNK = Pattern.compile("(.{" + FileId.TEXT_LENGTH + "})\\.part(\\d{4,10})");

    private static final Pattern VOLUME = Pattern.compile("(\\d{10})\\.volume");

    public Path identity() {
        return root.resolve("trivet-disk");
    }

    public Path lock() {
        return root.resolve("lock");
    }

    public Path chunks() {
        return root.resolve("chunks");
    }

    public Path temporary() {
        return root.resolve("temporary");
    }

    /** The node's last copy of the namespace, in the form of a backup. */
    public Path namespaceCopy() {
        return root.resolve("namespace-copy");
    }

    /** Files that hold many small chunks each. */
    public Path volumes() {
        return root.resolve("volumes");
    }

    Path volume(int number) {
        return volumes().resolve(String.format("%010d.volume", number));
    }

    /** The number of a file in {@code volumes}; empty for another name. */
    static OptionalInt volumeNamed(Path file) {
        Matcher name = VOLUME.matcher(nameOf(file));
        if (!name.matches()) {
            return OptionalInt.empty();
        }
        long number = Long.parseLong(name.group(1));
        return number < 1 || number > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) number);
    }

    public Path quarantine() {
        return root.resolve("quarantine");
    }

    public Path slot(Slot slot) {
        return chunks().resolve(String.format("%04d", slot.number()));
    }

    public Path chunk(ChunkId chunk, Slot slot) {
        return slot(slot).resolve(chunk.toString());
    }

    /** The slot of a directory under {@code chunks}; empty for another name. */
    public static Optional<Slot> slotNamed(Path directory) {
        String name = nameOf(directory);
        if (!SLOT.matcher(name).matches() || Integer.parseInt(name) >= Slot.COUNT) {
            return Optional.empty();
        }
        return Optional.of(new Slot(Integer.parseInt(name)));
    }

    /** The chunk of a file in a slot's directory, by its name; empty for another name. */
    public static Optional<ChunkId> chunkNamed(Path file) {
        Matcher name = CHUNK.matcher(nameOf(file));
        if (!name.matches()) {
            return Optional.empty();
        }
        try {
            ChunkId chunk = new ChunkId(FileId.parse(name.group(1)), Integer.parseInt(name.group(2)));
            return chunk.toString().equals(nameOf(file)) ? Optional.of(chunk) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
