package io.trivet.message;

import com.google.protobuf.ByteString;
import io.trivet.model.IdState;
import io.trivet.model.NameEntry;
import io.trivet.model.OpenToken;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.QuotaUse;
import io.trivet.model.RemotePath;
import io.trivet.model.UserUse;
import java.time.Instant;
import java.util.stream.Collectors;

/** Converts queries and their results to messages of {@code state.proto} and back. */
public final class QueryCodec {
    private QueryCodec() {}

    private static StateMessages.UserUse to(UserUse use) {
        return StateMessages.UserUse.newBuilder()
                .setBytes(use.bytes())
                .setFiles(use.files())
                .setSessions(use.sessions())
                .build();
    }

    private static UserUse from(StateMessages.UserUse message) {
        return new UserUse(message.getBytes(), message.getFiles(), message.getSessions());
    }

    private static StateMessages.Answer.QuotaUse to(QuotaUse use) {
        return StateMessages.Answer.QuotaUse.newBuilder()
                .setDirectory(use.directory().toString())
                .setQuota(StateCodec.to(use.quota()))
                .setUsedBytes(use.usedBytes())
                .setUsedFiles(use.usedFiles())
                .build();
    }

    private static QuotaUse from(StateMessages.Answer.QuotaUse message) {
        return new QuotaUse(
                RemotePath.parse(message.getDirectory()),
                StateCodec.from(message.getQuota()),
                message.getUsedBytes(),
                message.getUsedFiles());
    }

    public static StateMessages.Question to(Query query) {
        StateMessages.Question.Builder builder = StateMessages.Question.newBuilder();
        return switch (query) {
            case Query.Lookup lookup ->
                builder.setLookup(lookup.path().toString()).build();
            case Query.AttributesOf(var path) ->
                builder.setAttributesOf(path.toString()).build();
            case Query.Listing listing ->
                builder.setListing(StateMessages.Question.Listing.newBuilder()
                                .setDirectory(listing.directory().toString())
                                .setAfter(listing.after())
                                .setLimit(listing.limit())
                                .setAttribute(listing.attribute()))
                        .build();
            case Query.View ignored ->
                builder.setView(StateMessages.Question.View.getDefaultInstance())
                        .build();
            case Query.Tokens ignored ->
                builder.setTokens(StateMessages.Question.Tokens.getDefaultInstance())
                        .build();
            case Query.Users users ->
                builder.setUsers(StateMessages.Question.Users.newBuilder()
                                .setAfter(users.after())
                                .setLimit(users.limit()))
                        .build();
            case Query.IdStates asked ->
                builder.setIdStates(StateMessages.Question.IdStates.newBuilder().addAllIds(StateCodec.ids(asked.ids())))
                        .build();
            case Query.Groups asked ->
                builder.setGroups(StateMessages.Question.Groups.newBuilder().setAfter(asked.after()))
                        .build();
            case Query.Quotas asked ->
                builder.setQuotas(StateMessages.Question.Quotas.newBuilder().setFrom(asked.from()))
                        .build();
            case Query.Uploads asked ->
                builder.setUploads(UploadCodec.to(asked)).build();
            case Query.Pieces asked -> builder.setPieces(UploadCodec.to(asked)).build();
            case Query.Trash asked ->
                builder.setTrash(StateMessages.Question.Trash.newBuilder()
                                .setFrom(StateCodec.to(asked.from()))
                                .setLimit(asked.limit()))
                        .build();
        };
    }

    public static Query from(StateMessages.Question message) {
        return switch (message.getKindCase()) {
            case LOOKUP -> new Query.Lookup(RemotePath.parse(message.getLookup()));
            case ATTRIBUTES_OF -> new Query.AttributesOf(RemotePath.parse(message.getAttributesOf()));
            case LISTING ->
                new Query.Listing(
                        RemotePath.parse(message.getListing().getDirectory()),
                        message.getListing().getAfter(),
                        message.getListing().getLimit(),
                        message.getListing().getAttribute());
            case VIEW -> new Query.View();
            case TOKENS -> new Query.Tokens();
            case USERS ->
                new Query.Users(
                        message.getUsers().getAfter(), message.getUsers().getLimit());
            case ID_STATES ->
                new Query.IdStates(StateCodec.fileIds(message.getIdStates().getIdsList()));
            case GROUPS -> new Query.Groups(message.getGroups().getAfter());
            case QUOTAS -> new Query.Quotas(message.getQuotas().getFrom());
            case UPLOADS -> UploadCodec.from(message.getUploads());
            case PIECES -> UploadCodec.from(message.getPieces());
            case TRASH ->
                new Query.Trash(
                        StateCodec.from(message.getTrash().getFrom()),
                        message.getTrash().getLimit());
            case KIND_NOT_SET -> throw StateCodec.unknown("question");
        };
    }

    public static StateMessages.Answer to(QueryResult queryResult) {
        StateMessages.Answer.Builder builder = StateMessages.Answer.newBuilder();
        return switch (queryResult) {
            case QueryResult.Found found ->
                builder.setFound(StateCodec.to(found.nameEntry())).build();
            case QueryResult.AttributesOf(var entry, var attributes, var linkTarget) ->
                builder.setAttributesOf(StateMessages.Answer.AttributesOf.newBuilder()
                                .setFile(StateCodec.to(entry))
                                .setAttributes(AttributesCodec.row(attributes, linkTarget)))
                        .build();
            case QueryResult.Page page ->
                builder.setPage(StateMessages.Answer.Page.newBuilder()
                                .addAllEntries(page.entries().stream()
                                        .map(StateCodec::to)
                                        .toList())
                                .setMore(page.more())
                                .addAllValues(page.values().entrySet().stream()
                                        .map(each -> StateMessages.Attribute.newBuilder()
                                                .setName(each.getKey())
                                                .setValue(ByteString.copyFromUtf8(each.getValue()))
                                                .build())
                                        .toList()))
                        .build();
            case QueryResult.View view ->
                builder.setView(StateCodec.to(view.view())).build();
            case QueryResult.Tokens tokens ->
                builder.setTokens(StateMessages.Answer.Tokens.newBuilder()
                                .addAllTokens(tokens.tokens().stream()
                                        .map(QueryCodec::to)
                                        .toList()))
                        .build();
            case QueryResult.Users users ->
                builder.setUsers(StateMessages.Answer.Users.newBuilder()
                                .addAllUsers(users.users().stream()
                                        .map(StateCodec::to)
                                        .toList())
                                .addAllUses(users.uses().stream()
                                        .map(QueryCodec::to)
                                        .toList())
                                .setMore(users.more()))
                        .build();
            case QueryResult.IdStates states ->
                builder.setIdStates(StateMessages.Answer.IdStates.newBuilder()
                                .setSweeping(states.sweeping())
                                .addAllStates(states.states().stream()
                                        .map(QueryCodec::to)
                                        .toList()))
                        .build();
            case QueryResult.Groups groups ->
                builder.setGroups(StateMessages.Answer.Groups.newBuilder()
                                .addAllGroups(groups.groups().stream()
                                        .map(StateCodec::to)
                                        .toList())
                                .setMore(groups.more()))
                        .build();
            case QueryResult.Quotas quotas ->
                builder.setQuotas(StateMessages.Answer.Quotas.newBuilder()
                                .addAllQuotas(quotas.quotas().stream()
                                        .map(QueryCodec::to)
                                        .toList())
                                .setNext(quotas.next())
                                .setCounting(quotas.counting()))
                        .build();
            case QueryResult.Uploads page ->
                builder.setUploads(UploadCodec.to(page)).build();
            case QueryResult.Pieces page ->
                builder.setPieces(UploadCodec.to(page)).build();
            case QueryResult.Trash trash ->
                builder.setTrash(StateMessages.Answer.Trash.newBuilder()
                                .addAllFiles(trash.files().stream()
                                        .map(StateCodec::to)
                                        .toList())
                                .setMore(trash.more())
                                .setAllFiles(trash.allFiles())
                                .setAllBytes(trash.allBytes())
                                .setKeepSeconds(trash.keepSeconds())
                                .setUnderWay(trash.underWay()))
                        .build();
            case QueryResult.Refused refused ->
                builder.setRefused(StateCodec.to(refused.refusal())).build();
        };
    }

    public static QueryResult from(StateMessages.Answer message) {
        return switch (message.getKindCase()) {
            case FOUND -> new QueryResult.Found(StateCodec.from(message.getFound()));
            case ATTRIBUTES_OF -> attributesOf(message.getAttributesOf());
            case PAGE ->
                new QueryResult.Page(
                        message.getPage().getEntriesList().stream()
                                .map(StateCodec::from)
                                .toList(),
                        message.getPage().getMore(),
                        message.getPage().getValuesList().stream()
                                .collect(Collectors.toMap(
                                        StateMessages.Attribute::getName,
                                        value -> value.getValue().toStringUtf8(),
                                        (first, last) -> last)));
            case VIEW -> new QueryResult.View(StateCodec.from(message.getView()));
            case TOKENS ->
                new QueryResult.Tokens(message.getTokens().getTokensList().stream()
                        .map(QueryCodec::from)
                        .toList());
            case USERS ->
                new QueryResult.Users(
                        message.getUsers().getUsersList().stream()
                                .map(StateCodec::from)
                                .toList(),
                        message.getUsers().getUsesList().stream()
                                .map(QueryCodec::from)
                                .toList(),
                        message.getUsers().getMore());
            case ID_STATES ->
                new QueryResult.IdStates(
                        message.getIdStates().getSweeping(),
                        message.getIdStates().getStatesList().stream()
                                .map(QueryCodec::from)
                                .toList());
            case GROUPS ->
                new QueryResult.Groups(
                        message.getGroups().getGroupsList().stream()
                                .map(StateCodec::from)
                                .toList(),
                        message.getGroups().getMore());
            case QUOTAS ->
                new QueryResult.Quotas(
                        message.getQuotas().getQuotasList().stream()
                                .map(QueryCodec::from)
                                .toList(),
                        message.getQuotas().getNext(),
                        message.getQuotas().getCounting());
            case UPLOADS -> UploadCodec.from(message.getUploads());
            case PIECES -> UploadCodec.from(message.getPieces());
            case TRASH ->
                new QueryResult.Trash(
                        message.getTrash().getFilesList().stream()
                                .map(StateCodec::from)
                                .toList(),
                        message.getTrash().getMore(),
                        message.getTrash().getAllFiles(),
                        message.getTrash().getAllBytes(),
                        message.getTrash().getKeepSeconds(),
                        message.getTrash().getUnderWay());
            case REFUSED -> new QueryResult.Refused(StateCodec.from(message.getRefused()));
            case KIND_NOT_SET -> throw StateCodec.unknown("answer");
        };
    }

    private static StateMessages.Answer.OpenToken to(OpenToken token) {
        return StateMessages.Answer.OpenToken.newBuilder()
                .setId(token.id())
                .setExpiresMs(token.expires().toEpochMilli())
                .setUses(token.uses())
                .build();
    }

    private static OpenToken from(StateMessages.Answer.OpenToken message) {
        return new OpenToken(message.getId(), Instant.ofEpochMilli(message.getExpiresMs()), message.getUses());
    }

    private static StateMessages.Answer.IdState to(IdState state) {
        StateMessages.Answer.IdState.Builder builder = StateMessages.Answer.IdState.newBuilder();
        return switch (state) {
            case IdState.Alive(var chunks) -> {
                builder.setKind(StateMessages.Answer.IdState.Kind.ALIVE);
                yield chunks == null
                        ? builder.build()
                        : builder.setChunks(StateMessages.Answer.IdState.Chunks.newBuilder()
                                        .addAllRanges(chunks.stream()
                                                .map(StateCodec::to)
                                                .toList()))
                                .build();
            }
            case IdState.Removed(Instant since) ->
                builder.setKind(StateMessages.Answer.IdState.Kind.REMOVED)
                        .setSinceMs(since.toEpochMilli())
                        .build();
            case IdState.Dead ignored ->
                builder.setKind(StateMessages.Answer.IdState.Kind.DEAD).build();
            case IdState.Unknown ignored ->
                builder.setKind(StateMessages.Answer.IdState.Kind.UNKNOWN).build();
        };
    }

    private static IdState from(StateMessages.Answer.IdState message) {
        return switch (message.getKind()) {
            case ALIVE ->
                message.hasChunks()
                        ? new IdState.Alive(message.getChunks().getRangesList().stream()
                                .map(StateCodec::from)
                                .toList())
                        : new IdState.Alive();
            case REMOVED -> new IdState.Removed(Instant.ofEpochMilli(message.getSinceMs()));
            case DEAD -> new IdState.Dead();
            case UNKNOWN -> new IdState.Unknown();
            case NOT_SAID, UNRECOGNIZED -> throw StateCodec.unknown("state of an id");
        };
    }

    private static QueryResult attributesOf(StateMessages.Answer.AttributesOf message) {
        if (!(StateCodec.from(message.getFile()) instanceof NameEntry.Recorded entry)) {
            throw new IllegalArgumentException("attributes of what is no file");
        }
        return new QueryResult.AttributesOf(
                entry,
                AttributesCodec.from(message.getAttributes()),
                message.getAttributes().getLinkTarget());
    }
}
