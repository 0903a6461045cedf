### Drafts: the mail with the link (M3).

drafts-m3-subject = Your draft nomination
drafts-m3-why = Somebody has begun a nomination with this email address and wants to finish it later. { $award }. By this link it goes on:
drafts-m3-label = Go on with the nomination
drafts-m3-until = The link is good until { $when }. Each time you save, it lasts for another 30 days, but not beyond the day when nominations close. Then the draft is deleted.
drafts-m3-not-you = If it was not you, ignore this mail: the draft is deleted by itself.
