package io.trivet.bench.namespace;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/** Linux's figures of a process and of a directory. */
final class ProcessFigures {
    private ProcessFigures() {}

    /** Resident memory, in MiB. */
    static double residentMebibytes(long process) throws IOException {
        return status(process, "VmRSS:");
    }

    /** Peak resident memory, in MiB. */
    static double peakMebibytes(long process) throws IOException {
        return status(process, "VmHWM:");
    }

    private static double status(long process, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process), "status")).stream()
                        .filter(line -> line.startsWith(field))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / 1024.0;
    }

    /**
     * The disk usage of the files below a directory, in bytes; a file with several names counts
     * once, one that is removed in between not at all.
     */
    static long bytesBelow(Path directory) throws IOException {
        long[] sum = {0};
        if (!Files.exists(directory)) {
            return 0;
        }
        Set<Object> seen = new HashSet<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && seen.add(attributes.fileKey())) {
                    sum[0] += attributes.size();
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return sum[0];
    }
}
