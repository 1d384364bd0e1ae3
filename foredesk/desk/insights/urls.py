"""Paths of insights."""

from django.urls import path

from foredesk.desk.insights import (
    aims,
    arranging,
    exports,
    leaving,
    measures,
    pages,
    review_mail,
    reviews,
)

urlpatterns = [
    path("", pages.home, name="insights"),
    path("dashboards/<slug:key>/", pages.dashboard, name="dashboard"),
    path("dashboards/<slug:key>/wall/", pages.wall, name="wall"),
    path("dashboards/<slug:key>/first/", arranging.begin_with, name="begin_with"),
    path("dashboards/<slug:key>/arrange/", arranging.show, name="arrange"),
    path("dashboards/<slug:key>/save/", arranging.save, name="save_dashboard"),
    path("dashboards/<slug:key>/remove/", arranging.remove, name="remove_dashboard"),
    path("new/", arranging.make, name="make_dashboard"),
    path("dashboards/<slug:key>/dashboard.pdf", leaving.pdf, name="dashboard_pdf"),
    path("dashboards/<slug:key>/dashboard.csv", leaving.table, name="dashboard_csv"),
    path("review/", reviews.last, name="last_review"),
    path("review/mail/", review_mail.show, name="review_mail"),
    path("review/mail/confirm/", review_mail.confirm, name="confirm_reader"),
    path("review/<int:year>-W<int:number>/", reviews.show, name="review"),
    path("review/<int:year>-W<int:number>/write/", reviews.write, name="write_review"),
    path("review/<int:year>-W<int:number>/send/", reviews.send, name="send_review"),
    path("review/<int:year>-W<int:number>/review.pdf", leaving.review_pdf, name="review_pdf"),
    path("aims/", aims.show, name="aims"),
    path("measures/", measures.index, name="all_measures"),
    path("measures/<slug:name>/", measures.show, name="measure"),
    path("measures/<slug:name>/tickets/", measures.behind, name="behind"),
    path("measures/<slug:name>/rows.csv", exports.rows_csv, name="measure_rows"),
    path("measures/<slug:name>/rows.parquet", exports.rows_parquet, name="measure_rows_parquet"),
]
