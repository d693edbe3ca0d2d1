package io.trivet.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What belongs below {@code share} of wherever the program is, made by the program itself from its
 * commands, in English:
 *
 * <pre>
 *   man/man1/*.1                              a page for each command
 *   bash-completion/completions/trivet        what teaches the shells to complete commands and options,
 *   zsh/vendor-completions/_trivet            where Debian has them look
 *   fish/vendor_completions.d/trivet.fish
 * </pre>
 */
record SharedFiles(Path directory) {
    static SharedFiles of(Build build, StagedTree tree) throws IOException, InterruptedException {
        SharedFiles files = new SharedFiles(build.target().resolve("share"));
        StagedTree.delete(files.directory);
        Path pages = Files.createDirectories(files.directory.resolve("man/man1"));
        files.run(tree, build.target().resolve("man-pages.out"), "man-pages", pages.toString());
        files.completion(tree, "bash", "bash-completion/completions/trivet");
        files.completion(tree, "zsh", "zsh/vendor-completions/_trivet");
        files.completion(tree, "fish", "fish/vendor_completions.d/trivet.fish");
        return files;
    }

    /** Those of the manual, by name. */
    List<Path> pages() throws IOException {
        try (Stream<Path> pages = Files.list(directory.resolve("man/man1"))) {
            return pages.sorted().toList();
        }
    }

    private void completion(StagedTree tree, String shell, String name) throws IOException, InterruptedException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        run(tree, file, "completion", shell);
    }

    private void run(StagedTree tree, Path output, String... words) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(tree.launcher().toAbsolutePath().toString());
        builder.command().addAll(List.of(words));
        builder.environment().keySet().removeIf(name -> name.startsWith("TRIVET_") || name.startsWith("JAVA_"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        int code = builder.redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("trivet " + String.join(" ", words) + " ended with " + code);
        }
    }
}
