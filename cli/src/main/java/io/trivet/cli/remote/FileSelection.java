package io.trivet.cli.remote;

import java.util.List;

/**
 * Which of the files of a tree are meant: those that fit an include, if there is any, and no
 * exclude. A directory that is excluded is left out with all that is in it; includes are for files
 * alone.
 */
public record FileSelection(List<GlobPattern> includes, List<GlobPattern> excludes) {
    public static final FileSelection ALL = new FileSelection(List.of(), List.of());

    public FileSelection {
        includes = List.copyOf(includes);
        excludes = List.copyOf(excludes);
    }

    public boolean takesFile(String path) {
        return !isExcluded(path)
                && (includes.isEmpty() || includes.stream().anyMatch(globPattern -> globPattern.matches(path)));
    }

    public boolean takesDirectory(String path) {
        return !isExcluded(path);
    }

    private boolean isExcluded(String path) {
        return excludes.stream().anyMatch(globPattern -> globPattern.matches(path));
    }
}
