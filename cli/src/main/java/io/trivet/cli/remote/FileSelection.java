package io.trivet.cli.remote;

import java.util.List;

/**
 * Selects files of a tree: those that match an include, if there is any, and no exclude. An
 * excluded directory is skipped with everything in it; includes apply to files only.
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
