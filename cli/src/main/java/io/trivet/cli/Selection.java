package io.trivet.cli;

import java.util.List;

/**
 * Which of the files of a tree are meant: those that fit an include, if there is any, and no exclude. A directory that is excluded is left out with all
 * that is in it; includes are for files alone.
 */
record Selection(List<Glob> includes, List<Glob> excludes) {
    static final Selection ALL = new Selection(List.of(), List.of());

    Selection {
        includes = List.copyOf(includes);
        excludes = List.copyOf(excludes);
    }

    boolean takesFile(String path) {
        return !isExcluded(path) && (includes.isEmpty() || includes.stream().anyMatch(glob -> glob.matches(path)));
    }

    boolean takesDirectory(String path) {
        return !isExcluded(path);
    }

    private boolean isExcluded(String path) {
        return excludes.stream().anyMatch(glob -> glob.matches(path));
    }
}
