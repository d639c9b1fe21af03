namespace StreamingAdapters.Recovery;

/// <summary>Where a continuation joins the text that was received.</summary>
/// <param name="Skip">How many characters of the head repeat what was received or lead up to it; they are left out.</param>
/// <param name="Overlap">How many characters at the end of the received text were repeated and left out.</param>
/// <param name="Uncertain">How many characters behind those left out may be a repeat too; they are kept, since they may as well be chance.</param>
/// <param name="Confidence">
/// 0 to 1: the overlap as a part of the anchor, <c>overlap / min(40, received)</c> in normalised characters and at most 1; 0 without an overlap. Where the server itself
/// continues (prefill) it is 1 unless something is uncertain.
/// </param>
internal readonly record struct Seam(int Skip, int Overlap, int Uncertain, double Confidence);
