namespace WutAmu.Placement.Domain.Letters;

public enum LetterKind
{
    SignIn,
    Invitation,
    RankingReceipt,
    DeclarationReceipt,
    Reminder,
    OfferChanged,
    StudentResult,
    HostResult,
    AnswerReceipt,
    Notice,
}
