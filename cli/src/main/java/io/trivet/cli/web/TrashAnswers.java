package io.trivet.cli.web;

import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.trash.TrashListCommand;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileId;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import java.time.Duration;

/** The page of the trash. */
final class TrashAnswers {
    private static final FileId FIRST = new FileId(1, 1);

    private final TrivetClient client;
    private final ChangeLog changes;

    TrashAnswers(TrivetClient client, ChangeLog changes) {
        this.client = client;
        this.changes = changes;
    }

    /** A page of it, from an id on, in the order of ids. */
    Json list(WebRequest request) {
        QueryResult.Trash page = client.trash()
                .page(request.optional("from").map(TrashAnswers::id).orElse(FIRST));
        Duration kept = Duration.ofSeconds(page.keepSeconds());
        boolean more = page.more() && !page.files().isEmpty();
        return new Json()
                .put(
                        "files",
                        page.files().stream()
                                .map(file -> TrashListCommand.json(file, kept))
                                .toList())
                .put("next", more ? page.files().getLast().record().id().plus(1).toString() : null)
                .put("allFiles", page.allFiles())
                .put("allBytes", page.allBytes())
                .put("keepSeconds", page.keepSeconds())
                .put("underWay", page.underWay());
    }

    /** Never onto a name that something has. */
    Json restore(WebRequest request) {
        RemotePath path = request.path();
        client.trash().restore(id(request.parameter("id")), path);
        changes.add(Text.of("restored {0}", path));
        return new Json().put("path", path.toString());
    }

    private static FileId id(String text) {
        try {
            return FileId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new WebFailure(400, ErrorMessage.reason(e));
        }
    }
}
