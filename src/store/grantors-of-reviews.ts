/**
 * Who gave what a review is about, kept with the review: whether somebody is under suspicion is asked at every
 * judgement, and must not cost more the more of theirs is open.
 */
const fill = `update reviews set grantor_person = (select grants.grantor_person from grants
  where grants.tenant_id = reviews.tenant_id and grants.id = reviews.grant_id)`

const index = `create index reviews_by_grantor on reviews
  (tenant_id, grantor_person, state, opened_at, band_rank)`

/** As the third migration makes it, frozen. */
export const grantorsOfReviews: Readonly<Record<'postgres' | 'sqlite', readonly string[]>> = {
  postgres: ['alter table reviews add column grantor_person text collate "C"', fill, index],
  sqlite: ['alter table reviews add column grantor_person text', fill, index],
}
